"""The running program: wiring, channels, web, delivery, scheduler, texts, clock, logs."""
