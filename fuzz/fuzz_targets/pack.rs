//! A pack of hostile entries with an index that leads to them: deltas upon deltas, in circles, of any
//! size. Whatever is read is what its entry says.

#![no_main]

use std::io::Write as _;

use cordon::git::{Id, read_pack};
use libfuzzer_sys::fuzz_target;

/// More than any object here can have, but for those that a delta blows up.
const CAP: u64 = 1 << 20;

fuzz_target!(|input: (u8, &[u8], Vec<(u8, u8, &[u8])>)| {
    let (flaw, index, mut entries) = input;
    entries.truncate(40);
    for (_, _, data) in &mut entries {
        // What one block of deflate can hold.
        *data = &data[..data.len().min(usize::from(u16::MAX))];
    }
    let ids: Vec<Id> = (0..=entries.len()).filter_map(id).collect();
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend((entries.len() as u32).to_be_bytes());
    let mut offsets = Vec::new();
    for (kind, base, data) in &entries {
        let base = usize::from(*base) % (entries.len() + 1);
        offsets.push(pack.len());
        entry(&mut pack, *kind, base, data, &offsets);
    }
    if flaw > 0 {
        // Somewhere behind the header a byte is another one.
        let at = 12 + usize::from(flaw) * 7;
        if let Some(byte) = pack.get_mut(at) {
            *byte ^= flaw;
        }
    }
    pack.extend([7; 20]);
    let read = |index: Vec<u8>| {
        let path = std::env::temp_dir().join(format!("cordon-fuzz-{}", std::process::id()));
        std::fs::File::create(&path)
            .and_then(|mut file| file.write_all(&pack))
            .expect("a file in the temporary directory");
        let file = std::fs::File::open(&path).expect("the file that was just written");
        read_pack(index, file, &ids, CAP)
    };
    let _ = read(index.to_vec());
    let Some(read) = read(table(&offsets)) else {
        return;
    };
    for (found, (kind, _, data)) in read.iter().zip(&entries) {
        let whole = matches!(kind % 6, 0 | 1);
        if flaw == 0 && whole {
            assert_eq!(found.as_ref().map(|found| found.as_slice()), Some(*data));
        }
    }
});

/// The id of an entry by its number.
fn id(number: usize) -> Option<Id> {
    let mut raw = [0; 20];
    raw[0] = number as u8;
    Id::from_bytes(&raw)
}

fn entry(pack: &mut Vec<u8>, kind: u8, base: usize, data: &[u8], offsets: &[usize]) {
    let kind = match kind % 6 {
        0 => 3,
        1 => 2,
        2 | 3 => 6,
        4 => 7,
        _ => kind >> 5,
    };
    let mut size = data.len();
    let mut byte = kind << 4 | (size & 0x0f) as u8;
    size >>= 4;
    while size > 0 {
        pack.push(byte | 0x80);
        byte = (size & 0x7f) as u8;
        size >>= 7;
    }
    pack.push(byte);
    let here = offsets.last().copied().unwrap_or_default();
    match kind {
        6 => {
            let mut back = here.wrapping_sub(*offsets.get(base).unwrap_or(&0)) & 0xf_ffff;
            let mut bytes = vec![(back & 0x7f) as u8];
            while back >> 7 > 0 {
                back = (back >> 7) - 1;
                bytes.push((back & 0x7f) as u8 | 0x80);
            }
            pack.extend(bytes.iter().rev());
        }
        7 => pack.extend(id(base).as_ref().map_or(&[][..], Id::as_bytes)),
        _ => {}
    }
    // Deflated without any compression, so that the fuzzer's bytes stay as they are.
    pack.extend([0x78, 0x01, 0x01]);
    let length = data.len() as u16;
    pack.extend(length.to_le_bytes());
    pack.extend((!length).to_le_bytes());
    pack.extend(data);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    pack.extend((high << 16 | low).to_be_bytes());
}

/// An index of entries that stand at these places.
fn table(offsets: &[usize]) -> Vec<u8> {
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    let count = offsets.len();
    for slot in 0..256 {
        index.extend((count.min(slot + 1) as u32).to_be_bytes());
    }
    for number in 0..count {
        index.extend(id(number).as_ref().map_or(&[][..], Id::as_bytes));
    }
    index.extend(vec![0; 4 * count]);
    for offset in offsets {
        index.extend((*offset as u32).to_be_bytes());
    }
    index.extend([7; 20]);
    index.extend([0; 20]);
    index
}
