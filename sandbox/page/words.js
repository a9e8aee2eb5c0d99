// The words of the page itself, in English and Indonesian. What the desk says
// comes from the desk; nothing here is ever sent to anybody.

const WORDS = {
  title: ["Sapa sandbox", "Sapa sandbox"],
  noDesk: ["the desk", "meja layanan"],
  skip: ["Skip to the customer's chat", "Langsung ke obrolan pelanggan"],
  customer: ["Customer", "Pelanggan"],
  wire: ["Wire", "Jalur"],
  agent: ["Agent", "Petugas"],
  customers: ["Customers", "Pelanggan"],
  agents: ["Agents", "Petugas"],
  newCustomer: ["New customer", "Pelanggan baru"],
  unread: ["{n} unread", "{n} belum dibaca"],
  clock: ["Sandbox clock {time}", "Jam sandbox {time}"],
  reconnecting: ["Reconnecting…", "Menyambung lagi…"],
  faults: ["Faults", "Gangguan"],
  hints: ["Show the hints", "Tampilkan petunjuk"],
  theme: ["Switch between light and dark", "Ganti terang dan gelap"],
  language: ["Ganti ke bahasa Indonesia", "Switch to English"],
  close: ["Close", "Tutup"],
  cancel: ["Cancel", "Batal"],
  dismiss: ["Got it", "Mengerti"],

  hintCustomer: [
    "You are a customer here. Write what is wrong, in your own words, and tap the answers.",
    "Di sini Anda pelanggan. Tulis keluhan dengan kata Anda sendiri, lalu ketuk pilihannya.",
  ],
  hintWire: [
    "Every step a message takes passes here: in, stored, handled, out, delivered, read.",
    "Setiap langkah pesan lewat di sini: masuk, tersimpan, diolah, keluar, sampai, dibaca.",
  ],
  hintAgent: [
    "You are an agent here. A ticket arrives as a card; reply to it and the customer reads your answer.",
    "Di sini Anda petugas. Tiket datang sebagai kartu; balas kartunya, dan pelanggan membaca jawaban Anda.",
  ],

  emptyCustomer: ["Nothing written yet. Start with one of these, or with your own words.",
    "Belum ada pesan. Mulai dengan salah satu ini, atau kata Anda sendiri."],
  emptyAgent: ["Nothing here yet. A customer's ticket arrives here as a card.",
    "Belum ada apa-apa. Tiket pelanggan akan datang di sini sebagai kartu."],
  emptyWire: ["Quiet so far. Write something as the customer.", "Masih sepi. Tulis sesuatu sebagai pelanggan."],
  emptyPeople: ["Nobody yet", "Belum ada"],
  sampleProblem: ["my internet has been down since this morning", "internet mati dari pagi"],
  sampleHello: ["Hello", "Halo"],

  windowUntil: ["24-hour window until {time}", "jendela 24 jam sampai {time}"],
  windowShut: ["24-hour window is shut", "jendela 24 jam tutup"],
  phoneOf: ["{name}'s phone", "Ponsel {name}"],
  messagesOf: ["Messages on {name}'s phone", "Pesan di ponsel {name}"],
  today: ["Today", "Hari ini"],
  yesterday: ["Yesterday", "Kemarin"],
  tomorrow: ["tomorrow {time}", "besok {time}"],
  newBelow: ["New messages", "Pesan baru"],

  write: ["Message", "Tulis pesan"],
  send: ["Send", "Kirim"],
  attach: ["Attach", "Lampirkan"],
  addImage: ["Photo…", "Foto…"],
  addSampleImage: ["Sample photo", "Foto contoh"],
  addDocument: ["Document…", "Dokumen…"],
  addAudio: ["Audio file…", "Berkas suara…"],
  addSampleVoice: ["Sample voice note", "Pesan suara contoh"],
  addLocation: ["Location", "Lokasi"],
  sampleImageName: ["modem.jpg", "modem.jpg"],
  samplePlace: ["Home, Jalan Braga 12", "Rumah, Jalan Braga 12"],
  removeAttachment: ["Remove the attachment", "Buang lampiran"],
  caption: ["Add a caption", "Tambah keterangan"],
  reply: ["Reply", "Balas"],
  replyingTo: ["Reply to", "Balas ke"],
  edit: ["Edit", "Sunting"],
  editing: ["Edit message", "Sunting pesan"],
  edited: ["edited", "disunting"],
  toQuoted: ["Go to the quoted message", "Ke pesan yang dikutip"],
  quoted: ["Earlier message", "Pesan sebelumnya"],

  image: ["Photo", "Foto"],
  video: ["Video", "Video"],
  audio: ["Audio", "Suara"],
  voice: ["Voice note", "Pesan suara"],
  document: ["Document", "Dokumen"],
  sticker: ["Sticker", "Stiker"],
  location: ["Location", "Lokasi"],
  contacts: ["Contact", "Kontak"],
  template: ["Template", "Templat"],
  play: ["Play", "Putar"],
  pause: ["Pause", "Jeda"],
  mediaGone: ["This file cannot be shown.", "Berkas ini tidak dapat ditampilkan."],
  chosen: ["chosen", "dipilih"],
  reaction: ["Reaction {emoji}", "Reaksi {emoji}"],
  deleted: ["This message was taken back.", "Pesan ini ditarik kembali."],
  commands: ["Commands", "Perintah"],

  accepted: ["accepted", "diterima"],
  sent: ["sent", "terkirim"],
  delivered: ["delivered", "sampai"],
  read: ["read", "dibaca"],
  failed: ["not sent", "tidak terkirim"],

  hop_in: ["in", "masuk"],
  hop_stored: ["stored", "tersimpan"],
  hop_handled: ["handled", "diolah"],
  hop_out: ["out", "keluar"],
  hop_delivered: ["delivered", "sampai"],
  hop_read: ["read", "dibaca"],
  hop_failed: ["failed", "gagal"],
  hop_refused: ["refused", "ditolak"],
  hop_fault: ["fault", "gangguan"],
  clearWire: ["Clear", "Bersihkan"],

  faultOn: ["Next calls of", "Panggilan berikutnya"],
  faultCount: ["How many", "Berapa kali"],
  fault_429: ["429 too fast", "429 terlalu cepat"],
  fault_500: ["500 server error", "500 galat server"],
  fault_lose: ["Lose the answer", "Hilangkan jawaban"],
  fault_duplicate: ["Deliver twice", "Kirim dua kali"],
  fault_hang: ["Never answer", "Tidak menjawab"],
  faultsNone: ["No fault is waiting.", "Tidak ada gangguan menunggu."],
  faultsClear: ["Clear faults", "Hapus gangguan"],
  advance: ["Clock", "Jam"],
  hours: ["+{n} h", "+{n} jam"],
  closeWindow: ["Shut {name}'s window", "Tutup jendela {name}"],

  name: ["Name", "Nama"],
  phone: ["Phone", "Nomor telepon"],
  phoneHint: ["With country code, for example +62 812 0000 1234", "Dengan kode negara, misalnya +62 812 0000 1234"],
  add: ["Add", "Tambah"],

  errorSend: ["That did not go through: {why}", "Belum berhasil: {why}"],
  errorOffline: ["the sandbox does not answer", "sandbox tidak menjawab"],

  cmd_online: ["take tickets", "terima tiket"],
  cmd_away: ["back in a moment", "sebentar lagi kembali"],
  cmd_offline: ["stop taking tickets", "berhenti terima tiket"],
  cmd_tickets: ["my open tickets", "tiket saya yang terbuka"],
  cmd_ticket: ["one ticket by its number", "satu tiket menurut nomornya"],
  cmd_next: ["the next waiting ticket", "tiket berikutnya yang menunggu"],
  cmd_language: ["change the language", "ganti bahasa"],
  cmd_help: ["what I can do here", "apa yang bisa saya lakukan"],
};

const STORED = "sapa.language";
let language = localStorage.getItem(STORED) ?? (/^(id|ms|jv|su)\b/i.test(navigator.language) ? "id" : "en");

export const currentLanguage = () => language;

/** The tag for dates and numbers. */
export const locale = () => (language === "id" ? "id-ID" : "en-GB");

export function setLanguage(next) {
  language = next;
  localStorage.setItem(STORED, next);
}

export const hasWord = (key) => Object.hasOwn(WORDS, key);

export function t(key, values = {}) {
  const text = WORDS[key][language === "id" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Puts the current language's words on everything that stands in index.html. */
export function translatePage(root = document) {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    node.title = t(node.dataset.tLabel);
  }
}
