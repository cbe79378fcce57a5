"""The Service Layer's protocol over a company: it knows addresses, not business."""
