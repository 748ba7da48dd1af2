import convexPlugin from "@convex-dev/eslint-plugin";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** A folder's files may import only what matches; `message` says what that is. */
const layer = (files, allowed, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ regex: `^(?!(${allowed.join("|")}))`, message }] }],
  },
});

const GENERATED = "(\\.\\./|\\./)+_generated/";
const MACHINES = "(\\.\\./)+machines/";

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "**/_generated/**",
      "**/.data/**",
      "example/dist/**",
      "test/peers/**",
      "test/docs/recipes/**",
      "**/*.mjs",
      "**/*.js",
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  ...convexPlugin.configs.recommended,
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.json" })],
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
    },
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
  {
    files: ["machines/**", "component/**", "src/**", "example/**"],
    rules: {
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "ObjectExpression > SpreadElement > ObjectExpression",
          message: "A spread of a literal inside a literal says nothing: list its properties.",
        },
      ],
    },
  },
  {
    files: [
      "src/**/*.tsx",
      "src/react/**",
      "src/usechat/**",
      "src/devtools/**",
      "example/src/**",
      "test/docs/app/src/**",
    ],
    ...reactHooks.configs.flat.recommended,
  },

  layer(["machines/**"], ["xstate$", "\\.{1,2}/"], "machines/ is pure: it imports xstate and its own files."),
  layer(["component/lib/**"], ["convex/values$", "\\./"], "component/lib/ imports convex and its own files."),
  layer(
    ["component/validators/**"],
    ["convex/values$", "\\./", MACHINES],
    "component/validators/ imports convex, machines/ and its own files.",
  ),
  layer(
    ["component/running/**"],
    ["convex/(server|values)$", "\\./", "\\.\\./(lib|validators)/", GENERATED, MACHINES],
    "component/running/ runs tools in an action: it imports lib/, validators/ and machines/, nothing that reads or writes rows.",
  ),
  layer(
    ["component/model/**"],
    ["convex/(server|values)$", "\\./", "\\.\\./(lib|validators)/", GENERATED, MACHINES],
    "component/model/ reads and writes rows: it imports lib/, validators/ and machines/, never dispatch/.",
  ),
  layer(
    ["component/dispatch/**"],
    ["convex/(server|values)$", "\\./", "\\.\\./(lib|model|validators)/", GENERATED, MACHINES],
    "component/dispatch/ imports model/, lib/, validators/ and machines/, never a function module.",
  ),
  layer(
    ["component/*.ts"],
    ["convex/(server|values)$", "\\./(dispatch|lib|model|running|validators)/", GENERATED, MACHINES],
    "A function module imports dispatch/, model/, running/, lib/, validators/ and machines/, never another one.",
  ),
  layer(
    ["src/**/*.ts", "src/**/*.tsx"],
    [
      "convex/",
      "ai$",
      "@convex-dev/workpool$",
      "@ai-sdk/(provider|react)$",
      "zod$",
      "@cfworker/json-schema$",
      "react$",
      "\\./",
      "(\\.\\./)+(api|chat|follow|handler|react|tools|usechat|values|machines|component)/",
      "(\\.\\./)+[a-zA-Z]+\\.js$",
    ],
    "src/ imports convex, ai, zod, a JSON schema validator, react and the component's types and validators.",
  ),
  layer(
    ["src/follow/**", "src/chat/**"],
    [
      "convex/",
      "ai$",
      "\\./",
      "\\.\\./(follow|values)/",
      "(\\.\\./)+component/lib/storable\\.js$",
      "\\.\\./[a-zA-Z]+\\.js$",
      `${MACHINES}thread/states\\.js$`,
    ],
    "src/follow/ and src/chat/ do without React: they import convex, ai and what follows a thread.",
  ),
  layer(
    ["src/devtools/**"],
    [
      "react$",
      "convex/",
      "\\./",
      "\\.\\./[a-zA-Z]+\\.js$",
      "\\.\\./(chart|diagram|panels|stately|story|styles)/",
      "(\\.\\./)+(follow|react)/",
      "\\.\\./\\.\\./types\\.js$",
      `${MACHINES}(describe|failure|snapshot|thread/(budgets|states|tokens))\\.js$`,
    ],
    "src/devtools/ imports React, convex, src/react/, src/follow/ and what of machines/ needs no XState.",
  ),
  layer(
    ["src/test.ts"],
    ["convex-test$", "convex/(server|values)$", "\\.\\./component/"],
    "src/test.ts registers the component.",
  ),
  layer(
    ["example/src/**", "example/convex/**", "test/docs/app/**"],
    ["(?!.*\\.\\./(src|machines|component)/)"],
    "An app uses the package through its public exports only.",
  ),
  { files: ["example/embedded/**", "test/**", "example/*.ts"], rules: { "no-console": "off" } },
);
