"""One module for each family of formats: the bytes of a file in, an `Extract` out; `index.load` is the way in.

LlamaIndex's readers for PDF, Word, PowerPoint, Excel, CSV and EPUB were tried and are not used. Importing them takes about
three seconds and configures the root logger; most need a path, where Quoth holds the bytes it has hashed; and their text
cannot be quoted: the PDF reader drops where lines stand, so paragraphs run together and right-to-left lines are scrambled,
the Word and CSV readers part cells from their headers, the Excel reader drops sheet names and number formats, the PowerPoint
reader writes sentences of its own about tables and charts, and the EPUB reader needs packages under the AGPL and the GPL.
pypdf, python-docx, python-pptx and openpyxl, the libraries behind such readers, are used directly.
"""
