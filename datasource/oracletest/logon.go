package oracletest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
)

// Verifier types: how a database stores the password of an account.
const (
	verifier11g = 6949  // SHA-1
	verifier12c = 18453 // PBKDF2 with SHA-512
)

// The number of PBKDF2 rounds, those that Oracle uses by default.
const (
	verifierRounds = 4096
	combineRounds  = 3
)

// challenge is one attempt to log on, between its two messages: O5LOGON, in which both sides prove that they
// know the password's verifier without sending it.
type challenge struct {
	account   *Account // nil for an unknown user
	verifier  int
	key       []byte // the verifier, as a key
	salt      []byte
	serverKey []byte
	cskSalt   []byte
	pbkdf2    bool
}

// nobodysPassword is that of unknown users.
var nobodysPassword = string(random(16))

// newChallenge draws the server's half. For an unknown user there is one too, so that the exchange does not
// differ.
func newChallenge(rel Release, account *Account) (*challenge, error) {
	c := &challenge{account: account, verifier: verifier12c, pbkdf2: rel.pbkdf2Logon(),
		cskSalt: random(16)}
	if !c.pbkdf2 || account != nil && account.Verifier11g {
		c.verifier = verifier11g
	}
	password := nobodysPassword
	if account != nil {
		password = account.Password
	}
	if c.verifier == verifier11g {
		c.salt, c.serverKey = random(10), random(48)
		sum := sha1.Sum(append([]byte(password), c.salt...))
		c.key = append(sum[:], 0, 0, 0, 0)
		return c, nil
	}
	stored, err := verifierOf(password)
	if err != nil {
		return nil, err
	}
	c.salt, c.key, c.serverKey = stored.salt, stored.key, random(32)
	return c, nil
}

// verifier is what a database stores in place of a password.
type verifier struct{ salt, key []byte }

var verifiers sync.Map // of each password

func verifierOf(password string) (verifier, error) {
	if stored, ok := verifiers.Load(password); ok {
		return stored.(verifier), nil
	}
	v := verifier{salt: random(16)}
	long, err := pbkdf2.Key(sha512.New, password,
		append(bytes.Clone(v.salt), "AUTH_PBKDF2_SPEEDY_KEY"...), verifierRounds, 64)
	if err != nil {
		return v, err
	}
	sum := sha512.Sum512(append(long, v.salt...))
	v.key = sum[:32]
	stored, _ := verifiers.LoadOrStore(password, v)
	return stored.(verifier), nil
}

// write answers the first logon message.
func (c *challenge) write(w *writer) {
	w.bytes(msgParameters)
	w.uint(6)
	w.pair("AUTH_SESSKEY", hexUpper(cbc(c.key, c.serverKey, true)), 0)
	w.pair("AUTH_VFR_DATA", hexUpper(c.salt), uint64(c.verifier))
	w.pair("AUTH_PBKDF2_CSK_SALT", hexUpper(c.cskSalt), 0)
	w.pair("AUTH_PBKDF2_VGEN_COUNT", fmt.Sprint(verifierRounds), 0)
	w.pair("AUTH_PBKDF2_SDER_COUNT", fmt.Sprint(combineRounds), 0)
	w.pair("AUTH_GLOBALLY_UNIQUE_DBID\x00", strings.Repeat("0", 32), 0)
}

// passes reports whether the second logon message proves the password. Anything that
// cannot be decrypted is a wrong password.
func (c *challenge) passes(sessKey, password string) bool {
	client, err1 := hex.DecodeString(sessKey)
	secret, err2 := hex.DecodeString(password)
	if c.account == nil || err1 != nil || err2 != nil ||
		len(client) != len(c.serverKey) || len(secret) < 2*aes.BlockSize || len(secret)%aes.BlockSize != 0 {
		return false
	}
	key, err := c.combine(cbc(c.key, client, false))
	if err != nil {
		return false
	}
	plain := cbc(key, secret, false)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize {
		return false
	}
	given := plain[aes.BlockSize : len(plain)-pad]
	return subtle.ConstantTimeCompare(given, []byte(c.account.Password)) == 1
}

// combine makes of both halves the key that the password is sent under.
func (c *challenge) combine(client []byte) ([]byte, error) {
	if c.pbkdf2 {
		n := 32
		if c.verifier == verifier11g {
			n = 24
		}
		both := hexUpper(append(bytes.Clone(client[:n]), c.serverKey[:n]...))
		return pbkdf2.Key(sha512.New, both, c.cskSalt, combineRounds, n)
	}
	var mixed [24]byte
	for i := range mixed {
		mixed[i] = client[16+i] ^ c.serverKey[16+i]
	}
	first, second := md5.Sum(mixed[:16]), md5.Sum(mixed[16:])
	return append(first[:], second[:8]...), nil
}

// cbc en- or decrypts whole blocks with AES-CBC and a zero vector.
func cbc(key, in []byte, encrypt bool) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // keys are generated here, with the correct length
	}
	out, iv := make([]byte, len(in)), make([]byte, aes.BlockSize)
	if encrypt {
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, in)
	} else {
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, in)
	}
	return out
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func hexUpper(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
