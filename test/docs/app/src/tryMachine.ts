import { createThreadSnapshot, describeThread, stepThread } from "convex-durable-agents/machines";

let snapshot = createThreadSnapshot();
const sent = stepThread(snapshot, { type: "SEND" }, Date.now());
snapshot = sent.snapshot;

console.log(describeThread(snapshot).state); // running.queued
console.log(sent.effects.map(({ type }) => type)); // what the database and the scheduler are asked to do
