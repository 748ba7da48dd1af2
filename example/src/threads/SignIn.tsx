import { useConvex } from "convex/react";
import { useEffect, useState } from "react";
import { demoToken } from "./demoToken";

const USERS = ["guest", "ada", "grace"];
const KEY = "demo-user";

/**
 * Signs a demo user in: each has threads of their own. The embedded backend believes the token as it is; a real
 * deployment does not, and takes everybody for the guest.
 */
export function SignIn({ onChange }: { onChange: () => void }) {
  const convex = useConvex();
  const [user, setUser] = useState(() => sessionStorage.getItem(KEY) ?? USERS[0]!);
  useEffect(() => {
    if (user === USERS[0]) convex.clearAuth();
    else convex.setAuth(() => Promise.resolve(demoToken(user)));
  }, [convex, user]);
  return (
    <label className="sign-in">
      Signed in as
      <select
        value={user}
        onChange={({ target }) => {
          sessionStorage.setItem(KEY, target.value);
          setUser(target.value);
          onChange();
        }}
      >
        {USERS.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
