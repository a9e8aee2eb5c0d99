// A list that stays at its end while it is read there, and stays put elsewhere.

const NEAR = 60;

export class Follow {
  /** `scroll` scrolls, `content` grows in it; `moved(atEnd)` is told of every change. */
  constructor(scroll, content, moved = () => {}) {
    this.scroll = scroll;
    this.moved = moved;
    this.atEnd = true;
    let top = 0;
    scroll.addEventListener("scroll", () => {
      // What grows below (a picture that has loaded) is no reason to let go: only going up is.
      if (this.distance < NEAR) this.atEnd = true;
      else if (scroll.scrollTop < top) this.atEnd = false;
      top = scroll.scrollTop;
      moved(this.atEnd);
    }, { passive: true });
    const stay = new ResizeObserver(() => this.keep());
    stay.observe(scroll);
    stay.observe(content);
  }

  get distance() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight;
  }

  keep() {
    if (this.atEnd) this.toEnd();
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.atEnd = true;
    this.moved(true);
  }
}
