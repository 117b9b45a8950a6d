"""The domain: documents, library, retrieval and the engines. No Qt, no model runtime."""
