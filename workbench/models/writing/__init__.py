"""智写: outline, evidence, draft, verification, Word and Excel."""
