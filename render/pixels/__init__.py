"""Pictures as planes, and what is done to them.

One convention, everywhere inside: BT.709, limited range (Y 16..235, U and V 16..240), 4:2:0, 8 bit; planes are contiguous uint8
arrays, rows from the top, columns from the left; width and height are even; chroma is sited at the centre of its 2x2 luma pixels.
Where there is an alpha plane it has luma size and 0..255, and Y, U and V are premultiplied by it (code value times alpha, over 255, the
chroma planes by the mean alpha of their 2x2 pixels). Blending is done on code values (gamma domain), as browsers do.
Conversion from and to RGB and JPEG happens at the borders only (`convert`, `jpeg`).
"""
