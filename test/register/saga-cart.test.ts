/** A redemption and the cart, as the current API shows it. */
import { redemptionCartContract } from '../contracts/redemption-cart-contract.ts';
import { portOf } from './counter.ts';

redemptionCartContract(portOf);
