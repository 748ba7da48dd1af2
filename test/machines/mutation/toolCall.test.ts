import { defineTrials } from "./defineTrials.js";
import { toolCallFaults } from "./toolCallFaults.js";
import { toolCallTrials } from "./trial.js";

defineTrials("tool call", toolCallFaults, toolCallTrials);
