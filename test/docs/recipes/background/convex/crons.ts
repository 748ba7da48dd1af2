import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.daily("morning report", { hourUTC: 5, minuteUTC: 0 }, internal.reports.morning, {});

export default crons;
