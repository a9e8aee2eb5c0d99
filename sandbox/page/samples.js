// Things to send for people who have nothing at hand.

const draw = (pen, colour, x, y, width, height, radius = 0) => {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fill();
};

/** A modem whose line light is red. */
export function sampleImage(name) {
  const canvas = document.createElement("canvas");
  canvas.width = 720;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  draw(pen, "#c9b79c", 0, 0, 720, 480);
  draw(pen, "#b19d80", 0, 330, 720, 150);
  draw(pen, "#20262b", 500, 60, 14, 200, 7);
  draw(pen, "#20262b", 200, 60, 14, 200, 7);
  draw(pen, "#2b3238", 130, 220, 460, 150, 18);
  draw(pen, "#3a434a", 130, 220, 460, 28, 14);
  pen.font = "bold 18px sans-serif";
  ["POWER", "LINE", "NET", "WIFI"].forEach((label, index) => {
    const x = 190 + index * 100;
    pen.fillStyle = ["#4ade80", "#ef4444", "#3a434a", "#4ade80"][index];
    pen.beginPath();
    pen.arc(x, 292, 11, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = "#aab4bb";
    pen.textAlign = "center";
    pen.fillText(label, x, 336);
  });
  return new Promise((done) => {
    canvas.toBlob((blob) => done(new File([blob], name, { type: "image/jpeg" })), "image/jpeg", 0.85);
  });
}

// Ogg Opus, one second of two soft tones, made for this page.
const VOICE = `
T2dnUwACAAAAAAAAAADLOwBHAAAAAJiZr5EBE09wdXNIZWFkAQE4AYA+AAAAAABPZ2dTAAAAAAAAAAAAAMs7AEcBAAAAzK3IkQGjT3B1c1Rh
Z3MfAAAAbGlib3B1cyAxLjMuMSwgbGlib3B1c2VuYyAwLjIuMQIAAAAjAAAARU5DT0RFUj1vcHVzZW5jIGZyb20gb3B1cy10b29scyAwLjJJ
AAAARU5DT0RFUl9PUFRJT05TPS0tYml0cmF0ZSA2IC0tZnJhbWVzaXplIDYwIC0tZGlzY2FyZC1jb21tZW50cyAtLXBhZGRpbmcgME9nZ1MA
AAC0AAAAAAAAyzsARwIAAAB0cgHnEDEwKy0rLiEZHDQqMCotLCMYYxI+7YZTPumIuZ+69IMxUmFm0LnO+xNjKqPVC6XpscGtFSu0/Jp1alhA
w8gMvEmAGOquPiNR5DPc7TIwaoKchm7yl6SosamxzALzwGMncYi6590LETTfGSeax6yZo22AGOpf7AK16bHw0oMUw59kFUwKcl6Zo9X8MzS0
Jirb/4HLzb+0lumUgddh4BjqYi1P4/mLpPwLd9uTSn1jiwLgcfgqwU3c9/RBR40ujRORCMossrB8LAiVnxjqYi1P4/h41ux++xJf692/hr+b
yJouClkhlrx/pSRmPDMQuYub+tEsUNwY6lX9aFDTm9QsIj44n9Wjbse5foyLm6XcDev5a0YEE5XWmVRMRPRCJKqIqRGqGApLZmG3TKlvB6AW
J9mmtusggGC2f0HZK751KWfNbD6gGANMnhCKoAGYZj6+S5GzgWNO21IBG9b0QBgjAL3NddRUXExiuh3POPteWzmM1/dZdo6Da1UY5vW0sRbA
5napQ+ggWf1pu2xak8ALEP3l7CUrGr2Sz4UUQt6m4l+1VaemXOQXxc9XiD7AGOrMnAKruQxhu2hH0H4MUoRIPRnkKj2dEWBw0qXrhzgAZ3G/
J2I8PSI5GOquPtFI3CA7+jfFbw0DHUWRt2hC48MF0Li/kUDp8hi/JueYlJwmzDirdmpsCSfAGOpc8maovC3dNJDgAquelbUE3kv+9JCgCFo7
xO+nA1KPD2CE4QhF1nBcGOpf6R3zOwXapPg+Rn0/W+pC1gP50NuBjSFo1ljb8B+x13yfaW/AAKfzwyvYGOc/IjdSfxNlWPx+z3cD504ORg6X
K3Dy6KgoWN7u0UadjRFg+T0gi09XZ5wYgcb4SVpRYfkLCs3C/R/YAe2fw1Lhm+toTHCwfSIg9iiwyU9nZ1MABHjPAAAAAAAAyzsARwMAAADV
nDVoAxsbEBgETYVvr4fwGrLNYk/snh3nExHcuxgoaYR/uBgDOqljDwyTa0TglBYkTUY7moVYq4LGbu0pzhAGBCWEej31FyOylfSvbGA=
`;

export function sampleVoice() {
  const bytes = Uint8Array.from(atob(VOICE.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  return new File([bytes], "voice.ogg", { type: "audio/ogg" });
}

/** Jalan Braga in Bandung. */
export const SAMPLE_PLACE = { latitude: -6.917464, longitude: 107.609812 };
