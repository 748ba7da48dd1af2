/// <reference types="vite/client" />
import componentTest from "convex-durable-agents/test";
import { expect, test } from "vitest";

test("register() knows every file of the component that has functions or crons", () => {
  const files = import.meta.glob("../../component/*.ts", { query: "?raw", import: "default", eager: true });
  const withFunctions = Object.entries(files)
    .filter(([, source]) =>
      /= (internal)?(Query|Mutation|Action|query|mutation|action)\(\{|cronJobs\(\)/.test(source),
    )
    .map(([path]) => path.replace("../../", "./"));
  const registered = Object.keys(componentTest.modules).filter((path) => !path.includes("_generated"));
  expect(registered.toSorted()).toEqual(withFunctions.toSorted());
});
