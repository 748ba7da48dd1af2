const encode = (value: object): string =>
  btoa(JSON.stringify(value)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** An unsigned token for a user of the demonstration, valid for a day. */
export function demoToken(user: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://embedded.invalid", sub: user, iat, exp: iat + 86_400 };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
}
