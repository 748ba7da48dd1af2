export default function Home() {
  return (
    <form action="/new" method="post">
      <input name="prompt" aria-label="Message" />
      <button>Ask</button>
    </form>
  );
}
