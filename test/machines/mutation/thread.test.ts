import { defineTrials } from "./defineTrials.js";
import { threadFaults } from "./threadFaults.js";
import { threadTrials } from "./trial.js";

defineTrials("thread", threadFaults, threadTrials);
