"""HTTP: clients, timeouts, retries, rate limits, and the recording of exchanges."""
