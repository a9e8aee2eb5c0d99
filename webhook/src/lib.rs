//! The HTTP surface: ingress of the platforms' webhooks, health and metrics. HTTP only
