import { afterEach } from "vitest";
import { reset } from "./harness.js";

// Here and not in the harness: the files of a project share its modules, and each has these hooks.
afterEach(reset);
