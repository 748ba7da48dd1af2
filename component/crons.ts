import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.js";

const crons = cronJobs();

/** Crons have places of their own to run in: this one comes although every other scheduled function is held up or lost. */
crons.interval("recover neglected threads", { minutes: 5 }, internal.sweep.run);

export default crons;
