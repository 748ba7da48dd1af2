import { defineTrials } from "./defineTrials.js";
import { threadFaults } from "./threadFaults.js";
import { tryThread } from "./trial.js";

defineTrials("thread", threadFaults, tryThread);
