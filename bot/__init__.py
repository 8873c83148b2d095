"""The running program: command line, config, wiring, channels, web, delivery, scheduler, texts, clock, logs."""
