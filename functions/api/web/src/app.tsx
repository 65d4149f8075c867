export function App() {
  return (
    <main>
      <h1>Alex</h1>
    </main>
  );
}
