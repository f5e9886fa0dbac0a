"""The sandbox payment provider: a company of its own, with its own stack, functions and ledger."""
