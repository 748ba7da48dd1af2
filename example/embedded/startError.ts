/** Why the backend cannot start, as one line that says what to do about it: whoever starts it needs no stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const OTHER_PORT = "choose another one, for example: PORT=4311 npm start";

/** What keeps a server from listening, by the codes of Node's errors. */
const LISTEN_ERRORS: Record<string, (port: number, host: string) => string> = {
  EADDRINUSE: (port) => `Port ${port} is in use. End the program that uses it, or ${OTHER_PORT}`,
  EACCES: (port) => `Port ${port} needs rights that you do not have; ${OTHER_PORT}`,
  ERR_SOCKET_BAD_PORT: () => `A port is a number from 0 to 65535; ${OTHER_PORT}`,
  EADDRNOTAVAIL: (_port, host) => `This machine has no address ${host}; choose another one with --host.`,
  ENOTFOUND: (_port, host) => `There is no host ${host}; choose another one with --host.`,
};

/** An error of `server.listen` as a StartError where it is known what to do, or else as it is. */
export function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const reason = LISTEN_ERRORS[error.code ?? ""];
  return reason ? new StartError(reason(port, host), { cause: error }) : error;
}
