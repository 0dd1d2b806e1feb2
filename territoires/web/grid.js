/*
 * A grid of text fields used as one: arrows go from box to box, a block copied from a spreadsheet is
 * pasted into as many boxes, and nothing of it is dropped in silence.
 *
 * Called with its words by french_script.py. A grid is a container whose key begins with "grille_",
 * a line of it one whose key begins with "ligne_" (territoires/ui/enter/enrolment_form.py). What is
 * pasted is typed into each box in turn, which the server then reads as it reads what people type.
 */
((words) => {
  const boxes = 'input[type="text"], input:not([type])';

  /** The boxes of the grid of one of them, line by line; null for a field of no grid. */
  function gridOf(box) {
    const grid = box?.matches?.(boxes) ? box.closest('[class*="st-key-grille_"]') : null;
    if (!grid) return null;
    const lines = [...grid.querySelectorAll('[class*="st-key-ligne_"]')];
    return lines.map((line) => [...line.querySelectorAll(boxes)]).filter((line) => line.length);
  }

  function placeOf(grid, box) {
    const row = grid.findIndex((line) => line.includes(box));
    return { row, column: grid[row].indexOf(box) };
  }

  // --- arrows ---

  /** Whether the caret cannot go further within a box: what is chosen as a whole is at both ends. */
  function isAtEnd(box, step) {
    const { selectionStart: start, selectionEnd: end, value } = box;
    if (start !== end) return start === 0 && end === value.length;
    return step < 0 ? start === 0 : start === value.length;
  }

  function next(grid, { row, column }, key) {
    if (key === "ArrowUp") return grid[row - 1]?.[column];
    if (key === "ArrowDown" || key === "Enter") return grid[row + 1]?.[column];
    const line = grid.flat();
    return line[line.indexOf(grid[row][column]) + (key === "ArrowLeft" ? -1 : 1)];
  }

  addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter"].includes(event.key)) return;
    const grid = gridOf(box);
    if (!grid) return;
    if (event.key === "ArrowLeft" && !isAtEnd(box, -1)) return;
    if (event.key === "ArrowRight" && !isAtEnd(box, 1)) return;
    const target = next(grid, placeOf(grid, box), event.key);
    if (!target) return;
    if (event.key !== "Enter") event.preventDefault(); // Enter also saves the box
    target.focus();
    target.select();
  }, true);

  // --- pasting ---

  /** The cells of a block as spreadsheets copy it: tabs, ends of lines, quotes around both. */
  function cellsOf(text) {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows.at(-1);
      if (quoted && sign === '"' && text[at + 1] === '"') row[row.length - 1] += text[at += 1];
      else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
      else if (quoted) row[row.length - 1] += sign;
      else if (sign === "\t") row.push("");
      else if (sign === "\n") rows.push([""]);
      else if (sign !== "\r") row[row.length - 1] += sign;
    }
    if (rows.length > 1 && rows.at(-1).join("") === "") rows.pop(); // the end of the last line
    return rows.map((row) => row.map((cell) => cell.trim()));
  }

  function say(text) {
    dispatchEvent(new CustomEvent("avis", { detail: text }));
  }

  function told(template, facts) {
    return template.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  }

  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  /** Type into a box as its owner would: the server hears of it once the box is left. */
  async function type(box, text) {
    box.focus();
    if (box.value === text) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
  }

  addEventListener("paste", async (event) => {
    const grid = gridOf(event.target);
    if (!grid) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const cells = cellsOf(text);
    const columns = Math.max(...cells.map((row) => row.length));
    if (cells.length * columns === 1 && !text.includes('"')) return; // pasted as anywhere
    event.preventDefault();
    const { row, column } = placeOf(grid, event.target);
    const leftColumns = grid[row].length - column;
    if (cells.length > grid.length - row || columns > leftColumns) {
      const left = { leftRows: grid.length - row, leftColumns };
      say(told(words.tooLarge, { rows: cells.length, columns, ...left }));
      return;
    }
    for (const [down, values] of cells.entries()) {
      for (const [across, value] of values.entries()) await type(grid[row + down][column + across], value);
    }
    event.target.focus();
    event.target.select();
    say(told(words.pasted, { rows: cells.length, columns }));
  }, true);
})
