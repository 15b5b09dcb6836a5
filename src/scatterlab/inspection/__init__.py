"""What a file or folder of results holds, as plain values, without reading its arrays."""
