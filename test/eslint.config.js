import convexPlugin from "@convex-dev/eslint-plugin";
import tseslint from "typescript-eslint";

/** Each layer may import only what its pattern allows: machines -> xstate, component -> machines, src -> component, example -> the package. */
const layer = (files, allowed, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ regex: `^(?!${allowed})`, message }] }],
  },
});

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "**/_generated/**",
      "**/.data/**",
      "example/dist/**",
      "test/bench/peers/**",
      "**/*.mjs",
      "**/*.js",
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  ...convexPlugin.configs.recommended,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      "no-console": "error",
    },
  },
  layer(
    ["machines/**/*.ts"],
    "(xstate$|\\./)",
    "machines/ is pure: it imports xstate and its own files only.",
  ),
  layer(
    ["component/**/*.ts"],
    "(convex/(server|values)$|\\./|\\.\\./_generated/|\\.\\./machines/[a-zA-Z]+\\.js$)",
    "component/ imports convex and machines/ only; never ai, src/ or react.",
  ),
  layer(
    ["src/**/*.ts", "src/**/*.tsx"],
    "(convex/|ai$|@convex-dev/workpool$|@ai-sdk/provider|zod$|react$|\\./|(\\.\\./)+[a-zA-Z]+(\\.js|/))",
    "src/ imports convex, ai, zod, react and the component's types and validators.",
  ),
  layer(
    ["src/follow/**/*.ts", "src/chat/**/*.ts"],
    "(convex/|ai$|\\./|(\\.\\./)+(follow/)?[a-zA-Z]+\\.js$)",
    "src/follow/ and src/chat/ do without React: they import convex, ai and what follows a thread.",
  ),
  layer(
    ["src/test.ts"],
    "(convex-test$|convex/server$|\\.\\./component/)",
    "src/test.ts registers the component.",
  ),
  layer(
    ["example/src/**", "example/convex/**"],
    "(?!.*\\.\\./(src|machines|component)/)",
    "example/ uses the package through its public exports only.",
  ),
  { files: ["example/embedded/**", "test/**", "example/*.ts"], rules: { "no-console": "off" } },
);
