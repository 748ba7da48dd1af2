import { defineTrials } from "./defineTrials.js";
import { toolCallFaults } from "./toolCallFaults.js";
import { tryToolCall } from "./trial.js";

defineTrials("tool call", toolCallFaults, tryToolCall);
