"""What a message is sent with: model, parameters, tools and format, and the request and code that come of it."""
