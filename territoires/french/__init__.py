"""Every French word shared by two rooms or more; a page's own prose stays on the page."""
