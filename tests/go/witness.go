// A witness, and a log that has itself witnessed (C2SP tlog-witness), on the reference code of Go's
// checksum database (golang.org/x/mod/sumdb/note and tlog): it shares nothing with Griffie.
//
//	witness serve SEED NAME LOGKEY...            cosigns what these verifier keys sign; prints its address
//	witness submit URL WITNESSKEY LOGKEY OLD SIZE PART
//	                                             submits a checkpoint over leaves of which those from PART
//	                                             on are others than usual; prints the status, or `cosigned`
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return n
}

const cosignature = 4

func keyHash(name string, public []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), append([]byte{cosignature}, public...)...))
	return binary.BigEndian.Uint32(sum[:])
}

func message(at uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
}

// cosigner signs and verifies as cosignature/v1 says.
type cosigner struct {
	name    string
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return keyHash(c.name, c.public) }
func (c cosigner) Sign(text []byte) ([]byte, error) {
	at := uint64(time.Now().Unix())
	signed := ed25519.Sign(c.private, message(at, text))
	return append(binary.BigEndian.AppendUint64(nil, at), signed...), nil
}
func (c cosigner) Verify(text, signed []byte) bool {
	at := binary.BigEndian.Uint64(signed)
	return ed25519.Verify(c.public, message(at, text), signed[8:])
}

func tree(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("no root")
	}
	found := tlog.Tree{N: size}
	copy(found.Hash[:], root)
	return found, nil
}

func serve(seed, name string, logs []string) {
	decoded, err := base64.StdEncoding.DecodeString(seed)
	check(err)
	private := ed25519.NewKeyFromSeed(decoded)
	signer := cosigner{name, private, private.Public().(ed25519.PublicKey)}
	known := map[string]note.Verifier{}
	for _, vkey := range logs {
		verifier, err := note.NewVerifier(vkey)
		check(err)
		known[verifier.Name()] = verifier
	}
	last := map[string]tlog.Tree{}
	http.HandleFunc("/add-checkpoint", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		head, signed, _ := strings.Cut(string(body), "\n\n")
		lines := strings.Split(head, "\n")
		old := number(strings.TrimPrefix(lines[0], "old "))
		origin, _, _ := strings.Cut(signed, "\n")
		verifier, is := known[origin]
		if !is {
			w.WriteHeader(404)
			return
		}
		opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
		if err != nil {
			w.WriteHeader(403)
			return
		}
		now, err := tree(opened.Text)
		check(err)
		before := last[origin]
		if old != before.N || (now.N == before.N && now.Hash != before.Hash) {
			w.Header().Set("Content-Type", "text/x.tlog.size")
			w.WriteHeader(409)
			fmt.Fprintf(w, "%d\n", before.N)
			return
		}
		var proof tlog.TreeProof
		for _, line := range lines[1:] {
			hash, err := tlog.ParseHash(line)
			check(err)
			proof = append(proof, hash)
		}
		if old > 0 && tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash) != nil {
			w.WriteHeader(422)
			return
		}
		last[origin] = now
		cosigned, err := note.Sign(&note.Note{Text: opened.Text}, signer)
		check(err)
		_, line, _ := bytes.Cut(cosigned, []byte("\n\n"))
		w.Write(line)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Printf("http://%s\n", listener.Addr())
	check(http.Serve(listener, nil))
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		found[at] = s[index]
	}
	return found, nil
}

func submit(url, witness, skey string, old, size, part int64) {
	signer, err := note.NewSigner(skey)
	check(err)
	parts := strings.Split(witness, "+")
	public, err := base64.StdEncoding.DecodeString(strings.Join(parts[2:], "+"))
	check(err)
	var hashes stored
	for at := int64(0); at < size; at++ {
		leaf := strconv.FormatInt(at, 10)
		if at >= part {
			leaf = "other " + leaf
		}
		more, err := tlog.StoredHashes(at, []byte(leaf), hashes)
		check(err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(size, hashes)
	check(err)
	text := fmt.Sprintf("%s\n%d\n%s\nan extension line\n", signer.Name(), size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	body := fmt.Sprintf("old %d\n", old)
	if 0 < old && old < size {
		proof, err := tlog.ProveTree(size, old, hashes)
		check(err)
		for _, hash := range proof {
			body += hash.String() + "\n"
		}
	}
	answer, err := http.Post(url+"/add-checkpoint", "", strings.NewReader(body+"\n"+string(signed)))
	check(err)
	told, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != 200 {
		fmt.Println(answer.StatusCode, answer.Header.Get("Content-Type"), strings.TrimSpace(string(told)))
		return
	}
	verifier := cosigner{name: parts[0], public: public[1:]}
	opened, err := note.Open(append(signed, told...), note.VerifierList(verifier))
	check(err)
	if len(opened.Sigs) != 1 {
		check(fmt.Errorf("%d cosignatures", len(opened.Sigs)))
	}
	fmt.Println("cosigned")
}

func main() {
	switch arguments := os.Args[2:]; os.Args[1] {
	case "serve":
		serve(arguments[0], arguments[1], arguments[2:])
	case "submit":
		submit(arguments[0], arguments[1], arguments[2],
			number(arguments[3]), number(arguments[4]), number(arguments[5]))
	}
}
