import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync } from "node:zlib";
import { analyzePush, type PushedDefinition, type PushedModule } from "./codegenAnalysis.js";

interface PushRequest {
  appDefinition: {
    definition: PushedModule;
    changedModules: PushedModule[];
    udfServerVersion: string;
  };
  componentDefinitions: PushedDefinition[];
}

const deployed = {
  config: { functions: "" },
  moduleHashes: [],
  nodeDependencies: [],
  udfServerVersion: null,
};

async function body(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  return JSON.parse(
    (request.headers["content-encoding"] === "br" ? brotliDecompressSync(raw) : raw).toString(),
  );
}

async function startPush(dir: string, { appDefinition, componentDefinitions }: PushRequest) {
  const app = { ...appDefinition, definitionPath: "", functions: appDefinition.changedModules };
  return {
    environmentVariables: {},
    externalDepsId: null,
    componentDefinitionPackages: {},
    appAuth: [],
    analysis: await analyzePush(dir, app, componentDefinitions),
    app: {
      definitionPath: "",
      componentPath: "",
      args: {},
      childComponents: {},
      httpRoutes: { httpModuleRoutes: null, mounts: [] },
      exports: {},
    },
    schemaChange: { allocatedComponentIds: {}, schemaIds: {} },
  };
}

/** A loopback stand-in for the two endpoints of a deployment that `convex codegen` asks. Bundles are evaluated under `dir`. */
export async function startCodegenServer(dir: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const handle = async () => {
      const received = await body(request);
      if (request.url === "/api/get_config_hashes") answer(200, deployed);
      else if (request.url === "/api/deploy2/start_push")
        answer(200, await startPush(dir, received as PushRequest));
      else answer(404, { code: "NotFound", message: `codegen does not answer ${request.url}` });
    };
    handle().catch((error: unknown) => {
      console.error(error);
      answer(400, { code: "CodegenFailed", message: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
