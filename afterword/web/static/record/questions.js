// For somebody who speaks alone: one question at a time, in large letters. The person moves on; the page never listens to
// words.

import { find, write } from "./view.js";

const QUESTIONS = ["What stood out?", "What do you want to keep?", "What did you say you would do?", "What do you want to bring back?"];
const [ENOUGH, PLENTY] = [120_000, 300_000];

export class Questions {
  constructor() {
    this.place = 0;
    find("question-back").addEventListener("click", () => this.#go(-1));
    find("question-next").addEventListener("click", () => this.#go(1));
  }

  /** `heard` in milliseconds. A goal, not a limit. */
  time(heard) {
    const enough = heard < ENOUGH ? "Two to five minutes are enough." : "That is enough. Stop when you like.";
    write("question-time", heard < PLENTY ? enough : "That is five minutes, and plenty. Stop when you like.");
  }

  #go(step) {
    this.place = Math.max(0, Math.min(QUESTIONS.length - 1, this.place + step));
    write("question-says", QUESTIONS[this.place]);
    write("question-place", String(this.place + 1));
    find("question-back").disabled = this.place === 0;
    find("question-next").disabled = this.place === QUESTIONS.length - 1;
  }
}
