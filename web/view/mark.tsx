// The logo of ClassCord.

/** Draws the logo of ClassCord: a speech bubble with a cord. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="bubble"
        d="M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H14l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z"
      />
      <path class="cord" d="M21 10.5a5.5 5.5 0 1 0 0 7" />
    </svg>
  );
}
