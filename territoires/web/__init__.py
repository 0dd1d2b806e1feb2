"""What the same process serves beside the pages."""
