"""Long runs: what can be asked for, where their state is kept, and who carries them out."""
