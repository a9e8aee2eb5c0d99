//! The conversations: customer flows, the agents' desk, and all wire knowledge of WhatsApp and Telegram
