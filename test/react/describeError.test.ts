import { describeError } from "convex-durable-agents/react";
import { expect, test } from "vitest";
import { decorated, FRAMES, fromServer } from "./support/serverErrors.js";

test("a ConvexError of the component is its code and its message", () => {
  const data = { code: "thread_running", message: "The thread is running: stop it first." };
  expect(describeError(fromServer(data))).toEqual(data);
});

test.each([
  ["a text", "Not yours.", { code: "app_error", message: "Not yours." }],
  ["a message", { message: "Not yours." }, { code: "app_error", message: "Not yours." }],
  ["a code", { code: "NOT_YOURS" }, { code: "NOT_YOURS", message: "The server refused this." }],
  ["neither", { kind: 7 }, { code: "app_error", message: "The server refused this." }],
  ["nothing", null, { code: "app_error", message: "The server refused this." }],
])("a ConvexError of the app with %s", (_what, data, described) => {
  expect(describeError(fromServer(data))).toEqual(described);
});

test.each([
  ["over a socket", decorated(`\nUncaught Error: No such model.${FRAMES}`)],
  ["of a query", decorated(`\nUncaught TypeError: No such model.${FRAMES}`, "Q(chat:getThread)")],
  ["over HTTP", `[Request ID: 4f2a9c01d7e3b856] Server Error\nUncaught Error: No such model.${FRAMES}`],
  ["from a component", decorated(`\nUncaught Error: Uncaught Error: No such model.${FRAMES}${FRAMES}`)],
])("another error of a development deployment, %s, is its message alone", (_how, message) => {
  expect(describeError(new Error(message))).toEqual({ code: "server_error", message: "No such model." });
});

test("lines of a message that are no stack frames are kept", () => {
  const error = new Error(decorated(`\nUncaught Error: One.\nTwo at once.${FRAMES}`));
  expect(describeError(error).message).toBe("One.\nTwo at once.");
});

test("what a production deployment hides becomes a sentence that says what to do", () => {
  for (const message of [decorated(""), "[Request ID: 4f2a9c01d7e3b856] Server Error"]) {
    const described = describeError(new Error(message));
    expect(described.code).toBe("server_error");
    expect(described.message).toMatch(/^Something went wrong on the server\. Please try again/);
  }
});

test("arguments that a validator refused are not shown", () => {
  const refused = "ArgumentValidationError: Object contains extra field `x` that is not in the validator.";
  const sent = `\n${refused}\n\nObject: {prompt: "secret", x: 1.0}\nValidator: v.object({prompt: v.string()})\n`;
  expect(describeError(new Error(decorated(sent))).message).toBe(refused);
});

test.each([
  [
    "an action in flight when the connection was lost",
    new Error("[CONVEX A(chat:run)] Connection lost while action was in flight\n  Called by client"),
  ],
  ["a request that found no network", new TypeError("Failed to fetch")],
])("%s is the network's failure", (_what, error) => {
  expect(describeError(error)).toEqual({
    code: "network",
    message: "The connection was lost before the server answered. Please try again.",
  });
});

test.each([
  ["an error of the page", new Error("There is no message to send."), "There is no message to send."],
  ["a text", "No.", "No."],
  ["an error without words", new Error(""), "Something went wrong. Please try again."],
])("%s stays what it is", (_what, error, message) => {
  expect(describeError(error)).toEqual({ code: "unknown", message });
});
