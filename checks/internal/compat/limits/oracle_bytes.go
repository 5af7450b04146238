package limits

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// oracleEncodings are the encodings of Oracle's multibyte character sets other than Unicode (Oracle Database
// Globalization Support Guide, "Character Sets").
var oracleEncodings = map[string]encoding.Encoding{
	"ZHS16CGB231280": simplifiedchinese.GBK,
	"ZHS16GBK":       simplifiedchinese.GBK,
	"ZHS32GB18030":   simplifiedchinese.GB18030,
	"ZHT16BIG5":      traditionalchinese.Big5,
	"ZHT16MSWIN950":  traditionalchinese.Big5,
	"JA16EUC":        japanese.EUCJP,
	"JA16EUCTILDE":   japanese.EUCJP,
	"JA16SJIS":       japanese.ShiftJIS,
	"JA16SJISTILDE":  japanese.ShiftJIS,
	"KO16KSC5601":    korean.EUCKR,
	"KO16MSWIN949":   korean.EUCKR,
}

// OracleBytes returns the length of a text in bytes in one of Oracle's character sets. In a set that is not known the
// bytes are those of UTF-8.
func OracleBytes(text, charset string) int {
	if known := oracleEncodings[charset]; known != nil {
		if encoded, err := encoding.ReplaceUnsupported(known.NewEncoder()).String(text); err == nil {
			return len(encoded)
		}
	}
	bits := strings.TrimLeft(charset, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") // they follow the region, as in WE8MSWIN1252
	switch {
	case charset == "UTF8": // a character beyond the first 65,536 is two of three bytes each
		length := len(text)
		for _, r := range text {
			if r > 0xFFFF {
				length += 2
			}
		}
		return length
	case strings.HasPrefix(bits, "7"), strings.HasPrefix(bits, "8"):
		return utf8.RuneCountInString(text)
	}
	return len(text)
}
