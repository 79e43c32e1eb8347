"""The document as a value: what it holds, how it changes, how it is placed in time. No torch, no input or output."""
