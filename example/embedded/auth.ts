import type { UserIdentity } from "convex/server";

/** The claims whose names differ from the attributes of `UserIdentity`. */
const ATTRIBUTES: Record<string, keyof UserIdentity> = {
  sub: "subject",
  iss: "issuer",
  given_name: "givenName",
  family_name: "familyName",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  email_verified: "emailVerified",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
  updated_at: "updatedAt",
};
const TOKEN_CLAIMS = new Set(["iat", "exp", "nbf", "aud", "jti"]);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * The identity a JWT claims. DEVELOPMENT ONLY: the signature is not looked at, so whoever can connect can be anybody.
 */
export function identityFromToken(token: string): Partial<UserIdentity> {
  const payload = token.split(".")[1];
  if (payload === undefined) throw new Error("The token is not a JWT.");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, string>;
  if (typeof claims.sub !== "string") throw new Error("The token has no subject.");
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([claim]) => !TOKEN_CLAIMS.has(claim))
      .map(([claim, value]) => [ATTRIBUTES[claim] ?? claim, value]),
  );
}

/** An unsigned token for `setAuth`, valid for a day. DEVELOPMENT ONLY: no real deployment accepts it. */
export function developmentToken(claims: { sub: string } & Record<string, string>): string {
  const iat = Math.floor(Date.now() / 1000);
  return `${encode({ alg: "none", typ: "JWT" })}.${encode({ iss: "https://embedded.invalid", iat, exp: iat + 86_400, ...claims })}.`;
}
