"""The dialects of model servers, one module each: how a request is written in it and how an answer is read."""
