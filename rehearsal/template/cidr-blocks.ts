/** Divides a block of IPv4 addresses as `Fn::Cidr` does, with `hostBits` bits for hosts in each. */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  const [address = ''] = block.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Array.from({ length: count }, (_, index) => {
    const first = start + index * 2 ** hostBits;
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return `${parts.join('.')}/${32 - hostBits}`;
  });
}
