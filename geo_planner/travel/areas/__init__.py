"""What areas are made of: reached streets, the land beside them, shadows of barriers."""
