import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();
crons.daily("sweep threads", { hourUTC: 3, minuteUTC: 20 }, internal.retention.sweepThreads, {});

export default crons;
