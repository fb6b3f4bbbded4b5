"""Sites on trial: what is around each, and what a change brings."""
